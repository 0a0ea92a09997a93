; inherits: _ecma

(abstract_class_declaration name: (type_identifier) @name) @definition.class

(interface_declaration name: (type_identifier) @name) @definition.interface

(type_alias_declaration name: (type_identifier) @name) @definition.type

(enum_declaration name: (identifier) @name) @definition.enum

(internal_module name: (_) @name) @definition.namespace

(module name: (_) @name) @definition.namespace

(function_signature name: (identifier) @name) @definition.function

(method_signature name: (_) @name) @definition.method

(abstract_method_signature name: (_) @name) @definition.method

(property_signature name: (_) @name) @definition.property

(public_field_definition
  name: (_) @name
  value: [(arrow_function) (function_expression)]) @definition.method

(public_field_definition name: (_) @name) @definition.field

(enum_body name: (property_identifier) @name) @definition.constant

(enum_body (enum_assignment name: (property_identifier) @name) @definition.constant)

; An awaited generic call is read as a call of what is awaited.
(call_expression function: (await_expression (identifier) @name)) @reference.call

(call_expression
  function: (await_expression
    (member_expression property: (property_identifier) @name))) @reference.call

(extends_clause value: (identifier) @name) @reference.class

(extends_clause value: (member_expression property: (property_identifier) @name)) @reference.class

(implements_clause (type_identifier) @name) @reference.implementation

(implements_clause (generic_type name: (type_identifier) @name)) @reference.implementation

(extends_type_clause type: (type_identifier) @name) @reference.class

(type_identifier) @name @reference.type
