(class_specifier name: (type_identifier) @name body: (_)) @definition.class

(class_specifier name: (template_type name: (type_identifier) @name) body: (_)) @definition.class

(namespace_definition name: (namespace_identifier) @name) @definition.namespace

(namespace_definition name: (nested_namespace_specifier) @name) @definition.namespace

(alias_declaration name: (type_identifier) @name) @definition.type

(concept_definition name: (identifier) @name) @definition.type

(field_declaration_list
  [
    (function_definition declarator: (function_declarator declarator: (identifier) @name)) @definition.method
    (declaration declarator: (function_declarator declarator: (identifier) @name)) @definition.method
  ])

(function_declarator declarator: (field_identifier) @name) @definition.method

(function_declarator declarator: (destructor_name) @name) @definition.method

(function_declarator declarator: (operator_name) @name) @definition.method

(function_declarator
  declarator: (qualified_identifier
    name: [(identifier) (destructor_name) (operator_name)] @name)) @definition.method

(function_declarator
  declarator: (qualified_identifier
    name: (qualified_identifier
      name: [(identifier) (destructor_name) (operator_name)] @name))) @definition.method

(declaration_list (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)

(call_expression function: (qualified_identifier name: (identifier) @name)) @reference.call

(call_expression
  function: (qualified_identifier
    name: (qualified_identifier name: (identifier) @name))) @reference.call

(call_expression
  function: (qualified_identifier
    name: (template_function name: (identifier) @name))) @reference.call

(call_expression function: (template_function name: (identifier) @name)) @reference.call

(new_expression type: (type_identifier) @name) @reference.class

(base_class_clause (type_identifier) @name) @reference.class

(base_class_clause (template_type name: (type_identifier) @name)) @reference.class

; inherits: c
