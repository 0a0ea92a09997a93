(namespace_use_declaration
  (namespace_use_clause
    . [(name) (qualified_name)] @module
    alias: (name)? @alias)) @import

(namespace_use_declaration
  (namespace_name) @prefix
  body: (namespace_use_group) @within)

(namespace_use_group
  (namespace_use_clause
    . [(name) (qualified_name)] @module
    alias: (name)? @alias)) @import

(require_once_expression (string (string_content) @module)) @import @wildcard

(require_expression (string (string_content) @module)) @import @wildcard

(include_once_expression (string (string_content) @module)) @import @wildcard

(include_expression (string (string_content) @module)) @import @wildcard
