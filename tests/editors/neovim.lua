-- Run by test_neovim.py: nvim --headless -u NONE -i NONE -n -S neovim.lua
-- Environment: PYTHON, FILE, OUT. Writes what it saw as JSON to OUT.
local seen = { menu = {} }
local deadline = 60000

local function until_(what, condition)
  assert(vim.wait(deadline, condition, 20), what .. ' did not happen')
end

local function text(buffer)
  return table.concat(vim.api.nvim_buf_get_lines(buffer or 0, 0, -1, false), '\n')
end

--- Choose a code action by its title, as a user does.
local function act(title)
  vim.ui.select = function(items, options, choose)
    for index, item in ipairs(items) do
      local shown = options.format_item and options.format_item(item) or item
      table.insert(seen.menu, shown)
      if shown:find(title, 1, true) then return choose(item, index) end
    end
    error('no action ' .. title)
  end
  vim.lsp.buf.code_action()
end

local function main()
  vim.cmd.edit(vim.env.FILE)
  local buffer = vim.api.nvim_get_current_buf()
  vim.bo[buffer].filetype = 'python'
  -- As docs/editors.md has it, but for the command.
  local config = { name = 'hearth', cmd = { vim.env.PYTHON, '-m', 'hearth', 'lsp' }, root_dir = vim.fs.dirname(vim.env.FILE) }
  local id = assert(vim.lsp.start(config))
  local function client() return vim.lsp.get_client_by_id(id) end
  until_('initialize', function() return client() and client().initialized end)

  -- A code action changes the buffer, in one undo step.
  local before = text()
  vim.api.nvim_win_set_cursor(0, { 2, 4 })
  act('Simplify')
  until_('the edit', function() return text() ~= before end)
  seen.edited = text()
  vim.cmd('silent undo')
  seen.undone = text() == before
  vim.cmd('silent redo')

  -- An answer that cannot be used is refused and told.
  local told = {}
  vim.notify = function(message) table.insert(told, message) end
  local after = text()
  vim.api.nvim_win_set_cursor(0, { 6, 4 })
  act('Document')
  until_('the refusal', function() return #told > 0 end)
  seen.told, seen.untouched = told, text() == after

  -- Explain opens a conversation, and the answer is written into it.
  act('Explain')
  until_('the conversation', function() return vim.api.nvim_buf_get_name(0):match('%.chat%.md$') end)
  local chat = vim.api.nvim_get_current_buf()
  vim.bo[chat].filetype = 'markdown'
  vim.lsp.buf_attach_client(chat, id)
  until_('the answer', function() return text(chat):match('## You%s*$') and text(chat):match('## Hearth\n\n.') end)
  seen.chat = text(chat)

  -- A killed server does not take the editor with it.
  client():stop(true)
  until_('the end', function() return client() == nil end)
  vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { '# still here' })
  seen.alive = text(buffer):sub(1, 12)
end

local ok, trouble = xpcall(main, debug.traceback)
if not ok then seen.trouble = trouble end
local file = assert(io.open(vim.env.OUT, 'w'))
file:write(vim.json.encode(seen))
file:close()
vim.cmd('qa!')
