((command
  name: (command_name (word) @_source)
  . argument: (word) @module) @import
  (#any-of? @_source "source" "."))

((command
  name: (command_name (word) @_source)
  . argument: [(string) (raw_string) (concatenation)] @module) @import
  (#any-of? @_source "source" "."))
