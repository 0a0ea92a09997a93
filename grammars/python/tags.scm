(class_definition name: (identifier) @name) @definition.class

(class_definition
  body: (block
    [
      (function_definition name: (identifier) @name) @definition.method
      (decorated_definition
        definition: (function_definition name: (identifier) @name)) @definition.method
    ]))

(function_definition name: (identifier) @name) @definition.function

(module (expression_statement (assignment left: (identifier) @name) @definition.variable))

(module (expression_statement (assignment left: (pattern_list (identifier) @name)) @definition.variable))

(class_definition
  body: (block (expression_statement (assignment left: (identifier) @name) @definition.field)))

(type_alias_statement left: (type (identifier) @name)) @definition.type

(type_alias_statement left: (type (generic_type . (identifier) @name))) @definition.type

(call function: (identifier) @name) @reference.call

(call function: (attribute attribute: (identifier) @name)) @reference.call

(decorator (identifier) @name) @reference.call

(decorator (attribute attribute: (identifier) @name)) @reference.call

(class_definition superclasses: (argument_list (identifier) @name)) @reference.class

(class_definition superclasses: (argument_list (attribute attribute: (identifier) @name))) @reference.class

(type (identifier) @name) @reference.type

(type (attribute attribute: (identifier) @name)) @reference.type

(type (generic_type (identifier) @name)) @reference.type

(type (binary_operator (identifier) @name)) @reference.type
