namespace DevPortal.Gateway;

/// <summary>All texts of the gateway's own pages, in <c>Texts.resx</c>; their keys are the English texts. A second language is one more file beside it.</summary>
sealed class Texts;
