(function_declaration name: (identifier) @name) @definition.function

(function_declaration name: (dot_index_expression field: (identifier) @name)) @definition.function

(function_declaration name: (method_index_expression method: (identifier) @name)) @definition.method

(assignment_statement
  (variable_list . name: (identifier) @name .)
  (expression_list . value: (function_definition) .)) @definition.function

(assignment_statement
  (variable_list . name: (dot_index_expression field: (identifier) @name) .)
  (expression_list . value: (function_definition) .)) @definition.function

(field
  name: (identifier) @name
  value: (function_definition)) @definition.function

(chunk
  (variable_declaration
    (assignment_statement (variable_list name: (identifier) @name)) @definition.variable))

(chunk (assignment_statement (variable_list name: (identifier) @name)) @definition.variable)

(function_call name: (identifier) @name) @reference.call

(function_call name: (dot_index_expression field: (identifier) @name)) @reference.call

(function_call name: (method_index_expression method: (identifier) @name)) @reference.call
