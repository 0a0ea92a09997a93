(class_declaration
  "interface"
  name: (identifier) @name) @definition.interface

(class_declaration
  name: (identifier) @name
  (enum_class_body)) @definition.enum

(class_declaration name: (identifier) @name) @definition.class

(object_declaration name: (identifier) @name) @definition.class

(class_body (function_declaration name: (identifier) @name) @definition.method)

(enum_class_body (function_declaration name: (identifier) @name) @definition.method)

(function_declaration name: (identifier) @name) @definition.function

(class_body (property_declaration (variable_declaration (identifier) @name)) @definition.property)

(source_file (property_declaration (variable_declaration (identifier) @name)) @definition.variable)

(class_parameter ["val" "var"] (identifier) @name) @definition.property

(enum_entry (identifier) @name) @definition.constant

(type_alias type: (identifier) @name) @definition.type

(call_expression . (identifier) @name) @reference.call

(call_expression . (navigation_expression (identifier) @name .)) @reference.call

(constructor_invocation (user_type (identifier) @name)) @reference.class

(delegation_specifier (user_type (identifier) @name)) @reference.implementation

(annotation (user_type (identifier) @name)) @reference.class

(user_type (identifier) @name) @reference.type
