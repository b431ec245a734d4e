using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace DevPortal.ServiceDefaults;

/// <summary>Seals the Data Protection key ring (cookies, antiforgery) before it is stored.</summary>
public sealed class SealedXml(Sealing sealing) : IXmlEncryptor, IXmlDecryptor
{
    const string Purpose = "data-protection";

    /// <summary>The key ring makes decryptors by itself, from the type's name.</summary>
    public SealedXml(IServiceProvider services) : this(services.GetRequiredService<Sealing>()) { }

    /// <inheritdoc/>
    public EncryptedXmlInfo Encrypt(XElement plaintextElement)
    {
        var bytes = Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting));
        return new EncryptedXmlInfo(new XElement("sealed", Convert.ToBase64String(sealing.Seal(Purpose, bytes))), typeof(SealedXml));
    }

    /// <inheritdoc/>
    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(Encoding.UTF8.GetString(sealing.Open(Purpose, Convert.FromBase64String(encryptedElement.Value))));
}
