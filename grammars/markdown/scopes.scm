(section . (atx_heading heading_content: (inline) @name)) @scope.section

(section . (setext_heading heading_content: (paragraph) @name)) @scope.section
