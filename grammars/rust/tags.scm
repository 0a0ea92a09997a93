(impl_item body: (declaration_list (function_item name: (_) @name) @definition.method))

(trait_item body: (declaration_list (function_item name: (_) @name) @definition.method))

(trait_item body: (declaration_list (function_signature_item name: (_) @name) @definition.method))

(function_item name: (_) @name) @definition.function

(function_signature_item name: (_) @name) @definition.function

(struct_item name: (type_identifier) @name) @definition.struct

(enum_item name: (type_identifier) @name) @definition.enum

(union_item name: (type_identifier) @name) @definition.union

(trait_item name: (type_identifier) @name) @definition.trait

(type_item name: (type_identifier) @name) @definition.type

(mod_item name: (identifier) @name) @definition.module

(macro_definition name: (identifier) @name) @definition.macro

(const_item name: (identifier) @name) @definition.constant

(static_item name: (identifier) @name) @definition.constant

(field_declaration name: (field_identifier) @name) @definition.field

(enum_variant name: (identifier) @name) @definition.constant

(call_expression function: (identifier) @name) @reference.call

(call_expression function: (field_expression field: (field_identifier) @name)) @reference.call

(call_expression function: (scoped_identifier name: (identifier) @name)) @reference.call

(call_expression function: (generic_function function: (identifier) @name)) @reference.call

(call_expression
  function: (generic_function function: (scoped_identifier name: (identifier) @name))) @reference.call

(call_expression
  function: (generic_function function: (field_expression field: (field_identifier) @name))) @reference.call

(macro_invocation macro: (identifier) @name) @reference.macro

(macro_invocation macro: (scoped_identifier name: (identifier) @name)) @reference.macro

(impl_item trait: (type_identifier) @name) @reference.implementation

(impl_item trait: (generic_type type: (type_identifier) @name)) @reference.implementation

(type_identifier) @name @reference.type
