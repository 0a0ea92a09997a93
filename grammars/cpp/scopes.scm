(class_specifier
  name: (_) @name
  body: (field_declaration_list) @body) @scope.class

(namespace_definition
  name: (_)? @name
  body: (declaration_list) @body) @scope.namespace

(function_definition
  declarator: (function_declarator
    declarator: [(field_identifier) (destructor_name) (operator_name)] @name)
  body: (compound_statement) @body) @scope.method

(function_definition
  declarator: (_ (function_declarator declarator: [(field_identifier) (operator_name)] @name))
  body: (compound_statement) @body) @scope.method

(function_definition
  declarator: (function_declarator
    declarator: (qualified_identifier
      name: (qualified_identifier
        scope: (_) @owner
        name: (_) @name)))
  body: (compound_statement) @body) @scope.method

(function_definition
  declarator: (function_declarator
    declarator: (qualified_identifier
      scope: (_) @owner
      name: (_) @name))
  body: (compound_statement) @body) @scope.method

(function_definition
  declarator: (_ (function_declarator
    declarator: (qualified_identifier
      scope: (_) @owner
      name: (_) @name)))
  body: (compound_statement) @body) @scope.method

; inherits: c
