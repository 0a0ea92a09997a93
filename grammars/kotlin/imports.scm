(import
  (qualified_identifier) @module
  "*" @wildcard) @import

(import
  (qualified_identifier) @module
  (identifier)? @alias) @import
