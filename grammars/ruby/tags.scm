(module name: (constant) @name) @definition.module

(module name: (scope_resolution name: (constant) @name)) @definition.module

(class name: (constant) @name) @definition.class

(class name: (scope_resolution name: (constant) @name)) @definition.class

(method name: (_) @name) @definition.method

(singleton_method name: (_) @name) @definition.method

(alias name: (identifier) @name) @definition.method

(assignment left: (constant) @name) @definition.constant

((call
  method: (identifier) @_accessor
  arguments: (argument_list (simple_symbol) @name)) @definition.property
  (#any-of? @_accessor "attr_reader" "attr_writer" "attr_accessor"))

(call method: [(identifier) (constant)] @name) @reference.call

(superclass (constant) @name) @reference.class

(superclass (scope_resolution name: (constant) @name)) @reference.class

(scope_resolution name: (constant) @name) @reference.class
