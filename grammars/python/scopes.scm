(class_definition
  name: (identifier) @name
  body: (block . (expression_statement . (string) @doc)?) @body) @scope.class

(function_definition
  name: (identifier) @name
  body: (block . (expression_statement . (string) @doc)?) @body) @scope.function
