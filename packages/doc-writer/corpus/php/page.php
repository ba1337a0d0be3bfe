<!doctype html>
<p><?= e($title) ?></p>
<?php
function e(?string $text, string $encoding = 'UTF-8'): string
{
    return htmlspecialchars($text ?? '', ENT_QUOTES, $encoding);
}
?>
<!-- function fake($x) -->
<?php if ($shown): ?>
<b>// text</b>
<?php endif;
