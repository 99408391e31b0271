// Texts that would run, load or disguise something where a page took them for more than text.

export const hostileTexts = [
  '<script>globalThis.hacked=1</script>',
  '<img src=x onerror="globalThis.hacked=1">',
  '"><svg onload=globalThis.hacked=1>',
  "'><iframe srcdoc='<script>parent.hacked=1</script>'>",
  'javascript:globalThis.hacked=1',
  '</pre></td></table><h1>fooled</h1>',
  '{{constructor.constructor("globalThis.hacked=1")()}}',
  '<style>*{display:none}</style><link rel=stylesheet href=//evil.example/x>',
  '<a href="data:text/html,<script>opener.hacked=1</script>">x</a>',
  '\u202e\u2066abc\u0007\u001b[31mred',
  '__proto__',
  '&lt;b&gt; &#x41; %3Cscript%3E',
] as const
