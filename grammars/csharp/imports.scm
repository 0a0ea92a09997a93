(using_directive
  name: (identifier) @alias
  [(qualified_name) (identifier)] @module .) @import

(using_directive
  !name
  [(qualified_name) (identifier)] @module) @import @wildcard
