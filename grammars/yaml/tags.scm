(document (block_node (block_mapping (block_mapping_pair key: (_) @name) @definition.key)))

(block_mapping_pair
  key: (_) @name
  value: (block_node [(block_mapping) (block_sequence)])) @definition.key

(anchor (anchor_name) @name) @definition.variable

(alias (alias_name) @name) @reference.variable
