(block_mapping_pair
  key: (_) @name
  value: (block_node) @body) @scope.key
