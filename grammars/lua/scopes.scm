(function_declaration
  name: (identifier) @name
  body: (block)? @body) @scope.function

(function_declaration
  name: (dot_index_expression table: (_) @owner field: (identifier) @name)
  body: (block)? @body) @scope.function

(function_declaration
  name: (method_index_expression table: (_) @owner method: (identifier) @name)
  body: (block)? @body) @scope.method

(assignment_statement
  (variable_list . name: (identifier) @name .)
  (expression_list . value: (function_definition body: (block)? @body) .)) @scope.function

(assignment_statement
  (variable_list . name: (dot_index_expression table: (_) @owner field: (identifier) @name) .)
  (expression_list . value: (function_definition body: (block)? @body) .)) @scope.function

(field
  name: (identifier) @name
  value: (function_definition body: (block)? @body)) @scope.function
