(class_declaration
  "extension"
  name: (_) @name
  body: (class_body) @body) @scope.impl

(class_declaration
  "struct"
  name: (_) @name
  body: (class_body) @body) @scope.struct

(class_declaration
  name: (_) @name
  body: (class_body) @body) @scope.class

(class_declaration
  name: (_) @name
  body: (enum_class_body) @body) @scope.enum

(protocol_declaration
  name: (type_identifier) @name
  body: (protocol_body) @body) @scope.interface

(function_declaration
  name: (simple_identifier) @name
  body: (function_body) @body) @scope.function

(init_declaration
  name: "init" @name
  body: (function_body) @body) @scope.method

(deinit_declaration
  "deinit" @name
  body: (function_body) @body) @scope.method

(subscript_declaration (computed_property) @body) @scope.method
