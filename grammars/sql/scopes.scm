(create_table
  (object_reference name: (_) @name)
  (column_definitions)? @body) @scope.table

(create_view
  (object_reference name: (_) @name)
  (create_query) @body) @scope.table

(create_materialized_view
  (object_reference name: (_) @name)
  (create_query) @body) @scope.table

(create_function
  (object_reference name: (_) @name)
  (function_body) @body) @scope.function

(create_trigger (keyword_trigger) . (object_reference name: (_) @name)) @scope.rule
