; What JavaScript and TypeScript share.

(import_statement
  (import_clause (identifier) @default)
  source: (string (string_fragment) @module)) @import

(import_statement
  (import_clause
    (named_imports (import_specifier name: (_) @name alias: (identifier)? @alias)))
  source: (string (string_fragment) @module)) @import

(import_statement
  (import_clause (namespace_import (identifier) @alias) @wildcard)
  source: (string (string_fragment) @module)) @import

(import_statement
  "import" . source: (string (string_fragment) @module)) @import

(export_statement
  "*" @wildcard
  source: (string (string_fragment) @module)) @export

(export_statement
  (export_clause (export_specifier name: (_) @name alias: (_)? @alias))
  source: (string (string_fragment) @module)) @export

(variable_declarator
  name: (identifier) @alias
  value: (call_expression
    function: (identifier) @_require
    arguments: (arguments . (string (string_fragment) @module) .))
  (#eq? @_require "require")) @import

(variable_declarator
  name: (object_pattern (shorthand_property_identifier_pattern) @name)
  value: (call_expression
    function: (identifier) @_require
    arguments: (arguments . (string (string_fragment) @module) .))
  (#eq? @_require "require")) @import

(variable_declarator
  name: (object_pattern (pair_pattern key: (property_identifier) @name value: (identifier) @alias))
  value: (call_expression
    function: (identifier) @_require
    arguments: (arguments . (string (string_fragment) @module) .))
  (#eq? @_require "require")) @import
