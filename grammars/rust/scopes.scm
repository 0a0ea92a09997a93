(function_item
  name: (_) @name
  body: (block) @body) @scope.function

(struct_item
  name: (type_identifier) @name
  body: (field_declaration_list) @body) @scope.struct

(enum_item
  name: (type_identifier) @name
  body: (enum_variant_list) @body) @scope.enum

(union_item
  name: (type_identifier) @name
  body: (field_declaration_list) @body) @scope.union

(trait_item
  name: (type_identifier) @name
  body: (declaration_list) @body) @scope.trait

(impl_item
  type: [
    (type_identifier) @name
    (generic_type type: [(type_identifier) @name (scoped_type_identifier name: (type_identifier) @name)])
    (scoped_type_identifier name: (type_identifier) @name)
    (reference_type type: (type_identifier) @name)
  ]
  body: (declaration_list) @body) @scope.impl

(impl_item
  body: (declaration_list) @body) @scope.impl

(mod_item
  name: (identifier) @name
  body: (declaration_list) @body) @scope.module

(macro_definition name: (identifier) @name) @scope.function
