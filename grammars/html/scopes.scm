((element
  (start_tag
    (attribute
      (attribute_name) @_id
      (quoted_attribute_value (attribute_value) @name)))) @scope.element
  (#eq? @_id "id"))

(script_element
  (start_tag (tag_name) @name)
  (raw_text) @body) @scope.element

(style_element
  (start_tag (tag_name) @name)
  (raw_text) @body) @scope.element

((element (start_tag (tag_name) @name)) @scope.element
  (#any-of? @name
    "head" "body" "header" "footer" "main" "nav" "section" "article" "aside" "form" "table" "template" "dialog"))
