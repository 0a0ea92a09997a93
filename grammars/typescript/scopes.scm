; inherits: _ecma

(abstract_class_declaration
  name: (type_identifier) @name
  body: (class_body) @body) @scope.class

(interface_declaration
  name: (type_identifier) @name
  body: (interface_body) @body) @scope.interface

(enum_declaration
  name: (identifier) @name
  body: (enum_body) @body) @scope.enum

(internal_module
  name: (_) @name
  body: (statement_block) @body) @scope.namespace

(module
  name: (_) @name
  body: (statement_block) @body) @scope.namespace

(public_field_definition
  name: (_) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (statement_block) @body)
  ]) @scope.method
