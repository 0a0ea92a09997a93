(function_declaration
  name: (identifier) @name
  body: (block) @body) @scope.function

(method_declaration
  receiver: (parameter_list
    (parameter_declaration
      type: [
        (type_identifier) @owner
        (generic_type type: (type_identifier) @owner)
        (pointer_type (type_identifier) @owner)
        (pointer_type (generic_type type: (type_identifier) @owner))
      ]))
  name: (field_identifier) @name
  body: (block) @body) @scope.method

(type_declaration
  . (type_spec
    name: (type_identifier) @name
    type: (struct_type (field_declaration_list) @body)) .) @scope.struct

(type_declaration
  . (type_spec
    name: (type_identifier) @name
    type: (interface_type) @body) .) @scope.interface
