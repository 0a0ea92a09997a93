(namespace_definition
  name: (namespace_name) @name
  body: (compound_statement) @body) @scope.namespace

(class_declaration
  name: (name) @name
  body: (declaration_list) @body) @scope.class

(interface_declaration
  name: (name) @name
  body: (declaration_list) @body) @scope.interface

(trait_declaration
  name: (name) @name
  body: (declaration_list) @body) @scope.trait

(enum_declaration
  name: (name) @name
  body: (enum_declaration_list) @body) @scope.enum

(method_declaration
  name: (name) @name
  body: (compound_statement) @body) @scope.method

(function_definition
  name: (name) @name
  body: (compound_statement) @body) @scope.function
