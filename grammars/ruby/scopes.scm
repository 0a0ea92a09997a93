(module
  name: (_) @name
  body: (body_statement) @body) @scope.module

(class
  name: (_) @name
  body: (body_statement) @body) @scope.class

(singleton_class
  value: (_) @name
  body: (body_statement) @body) @scope.class

(method
  name: (_) @name
  body: (_) @body) @scope.method

(singleton_method
  name: (_) @name
  body: (_) @body) @scope.method
