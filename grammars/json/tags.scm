(document (object (pair key: (string (string_content) @name)) @definition.key))

(pair
  key: (string (string_content) @name)
  value: (object)) @definition.key
