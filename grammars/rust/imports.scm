(use_declaration argument: [(identifier) (scoped_identifier) (crate) (self)] @module) @import

(use_declaration argument: (use_as_clause path: (_) @module alias: (identifier) @alias)) @import

(use_declaration argument: (use_wildcard (_) @module) @wildcard) @import

(use_list [(identifier) (scoped_identifier) (self)] @module @import)

(use_list (use_as_clause path: (_) @module alias: (identifier) @alias) @import)

(use_list (use_wildcard (_)? @module) @wildcard @import)

(scoped_use_list
  path: (_) @prefix
  list: (use_list) @within)

(extern_crate_declaration name: (identifier) @module alias: (identifier)? @alias) @import
