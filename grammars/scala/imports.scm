(import_declaration (namespace_wildcard) @wildcard) @import @paths

(import_declaration (namespace_selectors) @within) @paths

(import_declaration) @import @paths

(namespace_selectors (identifier) @module @import)

(namespace_selectors
  [(arrow_renamed_identifier name: (identifier) @module alias: (identifier) @alias)
   (as_renamed_identifier name: (identifier) @module alias: (identifier) @alias)] @import)

(namespace_selectors (namespace_wildcard) @wildcard @import)
