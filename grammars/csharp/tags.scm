(namespace_declaration name: (_) @name) @definition.namespace

(file_scoped_namespace_declaration name: (_) @name) @definition.namespace

(class_declaration name: (identifier) @name) @definition.class

(record_declaration name: (identifier) @name) @definition.class

(struct_declaration name: (identifier) @name) @definition.struct

(interface_declaration name: (identifier) @name) @definition.interface

(enum_declaration name: (identifier) @name) @definition.enum

(enum_member_declaration name: (identifier) @name) @definition.constant

(delegate_declaration name: (identifier) @name) @definition.type

(method_declaration name: (identifier) @name) @definition.method

(constructor_declaration name: (identifier) @name) @definition.method

(destructor_declaration name: (identifier) @name) @definition.method

(local_function_statement name: (identifier) @name) @definition.function

(property_declaration name: (identifier) @name) @definition.property

(field_declaration
  (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field

(event_field_declaration
  (variable_declaration (variable_declarator name: (identifier) @name))) @definition.field

(invocation_expression function: (identifier) @name) @reference.call

(invocation_expression function: (member_access_expression name: (identifier) @name)) @reference.call

(invocation_expression
  function: (member_access_expression name: (generic_name (identifier) @name))) @reference.call

(invocation_expression function: (generic_name (identifier) @name)) @reference.call

(object_creation_expression type: (identifier) @name) @reference.class

(object_creation_expression type: (generic_name (identifier) @name)) @reference.class

(base_list (identifier) @name) @reference.class

(base_list (generic_name (identifier) @name)) @reference.class

(attribute name: (identifier) @name) @reference.class

(parameter type: (identifier) @name) @reference.type

(variable_declaration type: (identifier) @name) @reference.type

(method_declaration returns: (identifier) @name) @reference.type

(type_argument_list (identifier) @name) @reference.type
