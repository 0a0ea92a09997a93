(namespace_definition name: (namespace_name) @name) @definition.namespace

(class_declaration name: (name) @name) @definition.class

(interface_declaration name: (name) @name) @definition.interface

(trait_declaration name: (name) @name) @definition.trait

(enum_declaration name: (name) @name) @definition.enum

(enum_case name: (name) @name) @definition.constant

(method_declaration name: (name) @name) @definition.method

(function_definition name: (name) @name) @definition.function

(const_element (name) @name) @definition.constant

(property_element name: (variable_name (name) @name)) @definition.property

((function_call_expression
  function: (name) @_define
  arguments: (arguments . (argument (string (string_content) @name)))) @definition.constant
  (#eq? @_define "define"))

(function_call_expression function: (name) @name) @reference.call

(function_call_expression function: (qualified_name (name) @name)) @reference.call

(member_call_expression name: (name) @name) @reference.call

(nullsafe_member_call_expression name: (name) @name) @reference.call

(scoped_call_expression scope: (name) @name) @reference.class

(scoped_call_expression name: (name) @name) @reference.call

(object_creation_expression (name) @name) @reference.class

(object_creation_expression (qualified_name (name) @name)) @reference.class

(base_clause (name) @name) @reference.class

(class_interface_clause (name) @name) @reference.implementation

(class_interface_clause (qualified_name (name) @name)) @reference.implementation

(base_clause (qualified_name (name) @name)) @reference.class

(declaration_list (use_declaration (name) @name)) @reference.implementation

(attribute (name) @name) @reference.class

(named_type (name) @name) @reference.type
