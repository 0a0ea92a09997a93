(function_definition
  declarator: (function_declarator declarator: (identifier) @name)) @definition.function

(function_definition
  declarator: (_ (function_declarator declarator: (identifier) @name))) @definition.function

(function_definition
  declarator: (_ (_ (function_declarator declarator: (identifier) @name)))) @definition.function

(declaration
  declarator: (function_declarator declarator: (identifier) @name)) @definition.function

(declaration
  declarator: (pointer_declarator (function_declarator declarator: (identifier) @name))) @definition.function

(declaration
  declarator: (pointer_declarator
    (pointer_declarator (function_declarator declarator: (identifier) @name)))) @definition.function

(struct_specifier name: (type_identifier) @name body: (_)) @definition.struct

(union_specifier name: (type_identifier) @name body: (_)) @definition.union

(enum_specifier name: (type_identifier) @name body: (_)) @definition.enum

(enumerator name: (identifier) @name) @definition.constant

(type_definition declarator: (type_identifier) @name) @definition.type

(type_definition declarator: (_ (type_identifier) @name)) @definition.type

(type_definition
  declarator: (function_declarator
    declarator: (parenthesized_declarator (pointer_declarator (type_identifier) @name)))) @definition.type

(preproc_def name: (identifier) @name) @definition.macro

(preproc_function_def name: (identifier) @name) @definition.macro

(field_declaration declarator: (field_identifier) @name) @definition.field

(field_declaration declarator: (_ (field_identifier) @name)) @definition.field

([
  (translation_unit (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)
  (preproc_ifdef (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)
  (preproc_if (declaration declarator: (init_declarator declarator: (identifier) @name)) @definition.variable)
])

([
  (translation_unit (declaration declarator: (identifier) @name) @definition.variable)
  (preproc_ifdef (declaration declarator: (identifier) @name) @definition.variable)
  (preproc_if (declaration declarator: (identifier) @name) @definition.variable)
])

(translation_unit
  (declaration declarator: (init_declarator declarator: (_ (identifier) @name))) @definition.variable)

(call_expression function: (identifier) @name) @reference.call

(call_expression function: (field_expression field: (field_identifier) @name)) @reference.call

(type_identifier) @name @reference.type
