(import_declaration
  [(identifier) (scoped_identifier)] @module
  (asterisk)? @wildcard) @import
