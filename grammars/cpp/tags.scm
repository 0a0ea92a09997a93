; inherits: c

(class_specifier name: (type_identifier) @name body: (_)) @definition.class

(class_specifier name: (template_type name: (type_identifier) @name) body: (_)) @definition.class

(namespace_definition name: (namespace_identifier) @name) @definition.namespace

(namespace_definition name: (nested_namespace_specifier) @name) @definition.namespace

(alias_declaration name: (type_identifier) @name) @definition.type

(concept_definition name: (identifier) @name) @definition.type

(function_declarator declarator: (field_identifier) @name) @definition.method

(function_declarator declarator: (destructor_name) @name) @definition.method

(function_declarator declarator: (operator_name) @name) @definition.method

(function_definition
  declarator: (function_declarator
    declarator: (qualified_identifier name: (_) @name))) @definition.method

(function_definition
  declarator: (_ (function_declarator
    declarator: (qualified_identifier name: (_) @name)))) @definition.method

(call_expression function: (qualified_identifier name: (identifier) @name)) @reference.call

(call_expression function: (template_function name: (identifier) @name)) @reference.call

(new_expression type: (type_identifier) @name) @reference.class

(base_class_clause (type_identifier) @name) @reference.class

(base_class_clause (template_type name: (type_identifier) @name)) @reference.class
