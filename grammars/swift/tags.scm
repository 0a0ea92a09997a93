(class_declaration
  "struct"
  name: (type_identifier) @name) @definition.struct

(class_declaration
  "enum"
  name: (type_identifier) @name) @definition.enum

(class_declaration name: (type_identifier) @name) @definition.class

(protocol_declaration name: (type_identifier) @name) @definition.interface

(class_body (function_declaration name: (simple_identifier) @name) @definition.method)

(enum_class_body (function_declaration name: (simple_identifier) @name) @definition.method)

(protocol_function_declaration name: (simple_identifier) @name) @definition.method

(function_declaration name: (simple_identifier) @name) @definition.function

(init_declaration name: "init" @name) @definition.method

(class_body
  (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property)

(source_file
  (property_declaration name: (pattern bound_identifier: (simple_identifier) @name)) @definition.variable)

(protocol_property_declaration
  name: (pattern bound_identifier: (simple_identifier) @name)) @definition.property

(enum_entry name: (simple_identifier) @name) @definition.constant

(typealias_declaration name: (type_identifier) @name) @definition.type

(call_expression . (simple_identifier) @name) @reference.call

(call_expression
  . (navigation_expression suffix: (navigation_suffix suffix: (simple_identifier) @name))) @reference.call

(inheritance_specifier inherits_from: (user_type (type_identifier) @name)) @reference.class

(user_type (type_identifier) @name) @reference.type
