"""The engine program: loads a GGUF model, schedules all generation, speaks the OpenAI HTTP API on loopback.

Knows nothing of LSP, workspaces or editors. Only this folder imports llama_cpp, starlette and uvicorn.
"""
