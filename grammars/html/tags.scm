((attribute
  (attribute_name) @_id
  (quoted_attribute_value (attribute_value) @name)) @definition.key
  (#any-of? @_id "id" "name"))

((attribute
  (attribute_name) @_class
  (quoted_attribute_value (attribute_value) @name)) @reference.class
  (#eq? @_class "class"))
