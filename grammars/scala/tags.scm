(class_definition name: (identifier) @name) @definition.class

(object_definition name: (identifier) @name) @definition.class

(package_object name: (identifier) @name) @definition.module

(trait_definition name: (identifier) @name) @definition.trait

(enum_definition name: (identifier) @name) @definition.enum

(simple_enum_case name: (identifier) @name) @definition.constant

(full_enum_case name: (identifier) @name) @definition.constant

(given_definition name: (identifier) @name) @definition.variable

(template_body (function_definition name: (identifier) @name) @definition.method)

(template_body (function_declaration name: (identifier) @name) @definition.method)

(function_definition name: (identifier) @name) @definition.function

(function_declaration name: (identifier) @name) @definition.function

(template_body (val_definition pattern: (identifier) @name) @definition.property)

(template_body (var_definition pattern: (identifier) @name) @definition.property)

(compilation_unit (val_definition pattern: (identifier) @name) @definition.variable)

(type_definition name: (type_identifier) @name) @definition.type

(call_expression function: (identifier) @name) @reference.call

(call_expression function: (field_expression field: (identifier) @name)) @reference.call

(call_expression function: (generic_function function: (identifier) @name)) @reference.call

(instance_expression (type_identifier) @name) @reference.class

(extends_clause type: (type_identifier) @name) @reference.class

(extends_clause type: (generic_type type: (type_identifier) @name)) @reference.class

(type_identifier) @name @reference.type
