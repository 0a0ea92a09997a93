(class_selector (class_name) @name) @definition.class

(id_selector (id_name) @name) @definition.key

(keyframes_name) @name @definition.rule

((declaration (property_name) @name) @definition.variable
  (#match? @name "^--"))

((call_expression
  (function_name) @_var
  (arguments . (plain_value) @name)) @reference.variable
  (#eq? @_var "var"))
