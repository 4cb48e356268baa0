from django import forms
from django.contrib.admin import AdminSite
from django.contrib.admin.forms import AdminAuthenticationForm


class StaffLoginForm(AdminAuthenticationForm):
    username = forms.CharField(
        label="E-mail address or user name",
        max_length=254,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "username", "autocapitalize": "none"}),
    )


class StaffSite(AdminSite):
    site_header = "Asia Unbound"
    site_title = "Asia Unbound"
    index_title = "Your work"
    login_form = StaffLoginForm
