; What JavaScript and TypeScript share.

(class_declaration name: (_) @name) @definition.class

(variable_declarator
  name: (identifier) @name
  value: (class)) @definition.class

(function_declaration name: (identifier) @name) @definition.function

(generator_function_declaration name: (identifier) @name) @definition.function

(method_definition name: (_) @name) @definition.method

(variable_declarator
  name: (identifier) @name
  value: [(arrow_function) (function_expression) (generator_function)]) @definition.function

(assignment_expression
  left: [
    (identifier) @name
    (member_expression property: (property_identifier) @name)
  ]
  right: [(arrow_function) (function_expression)]) @definition.function

(pair
  key: (property_identifier) @name
  value: [(arrow_function) (function_expression)]) @definition.function

(program (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable))

(program (variable_declaration (variable_declarator name: (identifier) @name) @definition.variable))

(program
  (export_statement
    (lexical_declaration (variable_declarator name: (identifier) @name) @definition.variable)))

(call_expression function: (identifier) @name) @reference.call

(call_expression function: (member_expression property: (property_identifier) @name)) @reference.call

(new_expression constructor: (identifier) @name) @reference.class

(new_expression constructor: (member_expression property: (property_identifier) @name)) @reference.class

(decorator (identifier) @name) @reference.call
