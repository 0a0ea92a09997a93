; What JavaScript and TypeScript share.

(class_declaration
  name: (_) @name
  body: (class_body) @body) @scope.class

(variable_declarator
  name: (identifier) @name
  value: (class body: (class_body) @body)) @scope.class

(function_declaration
  name: (identifier) @name
  body: (statement_block) @body) @scope.function

(generator_function_declaration
  name: (identifier) @name
  body: (statement_block) @body) @scope.function

(method_definition
  name: (_) @name
  body: (statement_block) @body) @scope.method

(variable_declarator
  name: (identifier) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (statement_block) @body)
    (generator_function body: (statement_block) @body)
  ]) @scope.function

(assignment_expression
  left: [
    (identifier) @name
    (member_expression property: (property_identifier) @name)
  ]
  right: [
    (arrow_function body: (_) @body)
    (function_expression body: (statement_block) @body)
  ]) @scope.function

(assignment_expression
  left: (member_expression property: (property_identifier) @name)
  right: (class body: (class_body) @body)) @scope.class

(pair
  key: (_) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (statement_block) @body)
  ]) @scope.function

(variable_declarator
  name: (identifier) @name
  value: (object) @body) @scope.object

(export_statement
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (statement_block) @body)
  ]) @scope.function

(export_statement
  value: (class body: (class_body) @body)) @scope.class

; Suites and cases of tests are named by their first argument.
(expression_statement
  (call_expression
    function: (identifier) @_suite
    arguments: (arguments
      . (string) @name
      [
        (arrow_function body: (statement_block) @body)
        (function_expression body: (statement_block) @body)
      ]))
  (#any-of? @_suite "describe" "suite" "context")) @scope.module

(expression_statement
  (call_expression
    function: (identifier) @_case
    arguments: (arguments
      . (string) @name
      [
        (arrow_function body: (statement_block) @body)
        (function_expression body: (statement_block) @body)
      ]))
  (#any-of? @_case "it" "test" "specify" "before" "beforeEach" "after" "afterEach")) @scope.function
