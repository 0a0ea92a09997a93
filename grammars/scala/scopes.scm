(class_definition
  name: (_) @name
  body: (_)? @body) @scope.class

(object_definition
  name: (_) @name
  body: (_)? @body) @scope.class

(package_object
  name: (_) @name
  body: (_)? @body) @scope.module

(trait_definition
  name: (_) @name
  body: (_)? @body) @scope.trait

(enum_definition
  name: (_) @name
  body: (_) @body) @scope.enum

(given_definition
  name: (_)? @name
  body: (with_template_body) @body) @scope.impl

(extension_definition body: (_) @body) @scope.impl

(function_definition
  name: (_) @name
  body: (_) @body) @scope.function
