; inherits: c

(using_declaration (qualified_identifier) @module) @import

(using_declaration
  "namespace"
  [(identifier) (qualified_identifier)] @module) @import @wildcard
