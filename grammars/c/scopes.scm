(type_definition
  type: [
    (struct_specifier body: (field_declaration_list) @body)
    (union_specifier body: (field_declaration_list) @body)
  ]
  declarator: (type_identifier) @name) @scope.struct

(type_definition
  type: (enum_specifier body: (enumerator_list) @body)
  declarator: (type_identifier) @name) @scope.enum

(struct_specifier
  name: (_) @name
  body: (field_declaration_list) @body) @scope.struct

(union_specifier
  name: (_) @name
  body: (field_declaration_list) @body) @scope.union

(enum_specifier
  name: (_) @name
  body: (enumerator_list) @body) @scope.enum

(function_definition
  declarator: (function_declarator declarator: (identifier) @name)
  body: (compound_statement) @body) @scope.function

(function_definition
  declarator: (_ (function_declarator declarator: (identifier) @name))
  body: (compound_statement) @body) @scope.function

(function_definition
  declarator: (_ (_ (function_declarator declarator: (identifier) @name)))
  body: (compound_statement) @body) @scope.function

(function_definition
  body: (compound_statement) @body) @scope.function
