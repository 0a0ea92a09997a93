(rule_set
  (selectors) @name
  (block) @body) @scope.rule

(media_statement
  . (_) @name
  (block) @body) @scope.rule

(supports_statement
  . (_) @name
  (block) @body) @scope.rule

(keyframes_statement
  (keyframes_name) @name
  (keyframe_block_list) @body) @scope.rule
