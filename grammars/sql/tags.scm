(create_table (object_reference name: (_) @name)) @definition.table

(create_view (object_reference name: (_) @name)) @definition.table

(create_materialized_view (object_reference name: (_) @name)) @definition.table

(create_function (object_reference name: (_) @name)) @definition.function

(create_type (object_reference name: (_) @name)) @definition.type

(create_trigger (keyword_trigger) . (object_reference name: (_) @name)) @definition.rule

(create_index column: (identifier) @name) @definition.key

(column_definition name: (_) @name) @definition.field

(cte . (identifier) @name) @definition.variable

(invocation (object_reference name: (_) @name)) @reference.call

(relation (object_reference name: (_) @name)) @reference.table

(insert (object_reference name: (_) @name)) @reference.table

(alter_table (object_reference name: (_) @name)) @reference.table
