"""What the demo publication asks of its commenters."""

STATEMENT = (
    "Argue as hard as you like, and be kind about it. "
    "A moderator reads every comment before it appears, under our comment guidelines. "
    "Posts and comments are the views of those who write them; Asia Unbound takes no position of its own."
)

GUIDELINES = """\
<p>We would like the conversation below a post to be as good as the post, and on the best days better.
This page says what we publish, what we decline, and what happens to your comment in between.</p>
<h2>What We Hope For</h2>
<ul>
<li>Disagreement with reasons. Say what is wrong and what you would put in its place.</li>
<li>What you know from where you stand: a harbor, a field, an office. You need not be an expert.</li>
<li>Questions, corrections, and short comments. One good line is enough.</li>
</ul>
<h2>Names and Pen Names</h2>
<p>Pen names are welcome. Some readers can speak freely only under one. Please choose a name and stay with it within
a conversation, and do not use somebody else's. We never show your e-mail address.</p>
<h2>What Happens to a Comment</h2>
<p>A person reads it. On weekdays this usually takes less than a day; over a weekend, or when many readers have
something to say, it may take longer. When you send a comment, you are given the address of a page
that only you know. It says whether your comment is waiting, published, or declined.</p>
<p>We do not change what you write. We publish it, or we decline it and say why.</p>
<h2>What We Decline, and Why</h2>
<ul>
<li><strong>Abuse.</strong> Insults, threats, and contempt for people because of who they are. A reader who is
shouted at does not come back, and then we have lost two.</li>
<li><strong>Personal details.</strong> Addresses, telephone numbers, or anything else that could lead a stranger to
someone's door. Accusations against private persons, too: we cannot check them, and they can do lasting harm.</li>
<li><strong>Advertising.</strong> Links are welcome if they help the argument along.</li>
<li><strong>Off the topic.</strong> Some fine comments belong under another post. You may try them there.</li>
<li><strong>Unreadable.</strong> Please send it again, more slowly.</li>
<li><strong>Said already.</strong> If you have sent the same comment twice, we keep one.</li>
</ul>
<p>We do not decline a comment because it is critical of an author, of a government, or of us.
Comments in any language are welcome, though those that we cannot read ourselves take longer.</p>
<h2>If You Think We Are Wrong</h2>
<p>Put it in other words and try once more. A declined comment is no mark against you:
the next one is read like the first.</p>
<h2>When Comments Are Closed</h2>
<p>We close the comments on some posts after a time, and now and then we pause them for a few days so that moderators
can catch up. What has been published stays where it is.</p>
"""

# What its moderators look for, and what they never publish.
NOTICED = """\
call today
free gutter*
idiot*
whatsapp
"""
BLOCKED = """\
best price
cheap essay*
online casino*
"""
