(table . [(bare_key) (quoted_key) (dotted_key)] @name) @scope.table

(table_array_element . [(bare_key) (quoted_key) (dotted_key)] @name) @scope.table
