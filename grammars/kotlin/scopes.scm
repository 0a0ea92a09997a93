(class_declaration
  "interface"
  name: (identifier) @name
  (class_body) @body) @scope.interface

(class_declaration
  name: (identifier) @name
  (enum_class_body) @body) @scope.enum

(class_declaration
  name: (identifier) @name
  (class_body) @body) @scope.class

(object_declaration
  name: (identifier) @name
  (class_body) @body) @scope.class

(companion_object
  name: (identifier)? @name
  (class_body) @body) @scope.class

(function_declaration
  name: (identifier) @name
  (function_body) @body) @scope.function

(secondary_constructor (block) @body) @scope.method

(anonymous_initializer (block) @body) @scope.method
