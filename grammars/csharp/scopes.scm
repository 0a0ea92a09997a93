(namespace_declaration
  name: (_) @name
  body: (declaration_list) @body) @scope.namespace

(class_declaration
  name: (identifier) @name
  body: (declaration_list) @body) @scope.class

(record_declaration
  name: (identifier) @name
  body: (declaration_list) @body) @scope.class

(struct_declaration
  name: (identifier) @name
  body: (declaration_list) @body) @scope.struct

(interface_declaration
  name: (identifier) @name
  body: (declaration_list) @body) @scope.interface

(enum_declaration
  name: (identifier) @name
  body: (enum_member_declaration_list) @body) @scope.enum

(method_declaration
  name: (identifier) @name
  body: (_) @body) @scope.method

(constructor_declaration
  name: (identifier) @name
  body: (_) @body) @scope.method

(destructor_declaration
  name: (identifier) @name
  body: (_) @body) @scope.method

(operator_declaration body: (_) @body) @scope.method

(property_declaration
  name: (identifier) @name
  accessors: (accessor_list (accessor_declaration body: (_))) @body) @scope.method

(indexer_declaration accessors: (accessor_list) @body) @scope.method

(local_function_statement
  name: (identifier) @name
  body: (_) @body) @scope.function
